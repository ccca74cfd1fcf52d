package io.densenet.arch;

import java.util.Arrays;
import java.util.List;

/// Bytes that a framework needs which runs a [Graph] operation by operation in float32, and where
/// concatenation, normalisation and ReLU each make a tensor of their own. The libtorch engine of this
/// project rectifies in place where nobody else reads the map, and so needs less.
///
/// Counted are the tensors, by walking the graph forwards and backwards and noting which are alive. Not
/// counted are a library's work areas, its code and the Java heap.
///
/// @param parametersBytes parameters and running statistics, once
/// @param trainingBytes   the most that is alive in one training step: values, gradients and momentum of
///                        the parameters, and feature maps with their gradients
/// @param inferenceBytes  the most that is alive in one forward pass: parameters and feature maps
public record MemoryEstimate(int batchSize, long parametersBytes, long trainingBytes, long inferenceBytes) {
    public static MemoryEstimate of(Graph graph, int batchSize) {
        if (batchSize <= 0) {
            throw new IllegalArgumentException("batch size must be positive, was " + batchSize);
        }
        long buffers = Float.BYTES * count(graph.stateDict());
        long trained = Float.BYTES * count(graph.parameters());
        Walk walk = new Walk(graph, batchSize);
        long inference = walk.forward(false);
        long training = Math.max(walk.forward(true), walk.backward());
        return new MemoryEstimate(batchSize, buffers, buffers + 2 * trained + training, buffers + inference);
    }

    private static long count(List<ParameterSpec> specs) {
        return specs.stream().mapToLong(ParameterSpec::elements).sum();
    }

    /// Notes which tensors are alive while a graph runs.
    private static final class Walk {
        private static final int NOBODY = -1;

        private final List<Node> nodes;
        private final long[] bytes;
        private final int[] lastReader;

        /// The first node whose backward pass needs the output of node i: the last one to be done with it.
        private final int[] neededBy;

        /// What node i keeps for its own backward pass besides its input and output.
        private final long[] aside;

        Walk(Graph graph, int batchSize) {
            nodes = graph.nodes();
            bytes = nodes.stream()
                    .mapToLong(node ->
                            (long) Float.BYTES * batchSize * node.output().elements())
                    .toArray();
            lastReader = new int[nodes.size()];
            neededBy = new int[nodes.size()];
            aside = new long[nodes.size()];
            Arrays.fill(neededBy, NOBODY);
            for (int i = 0; i < nodes.size(); i++) {
                lastReader[i] = i;
                for (int input : nodes.get(i).inputs()) {
                    lastReader[input] = i;
                }
                noteKept(i);
            }
        }

        /// Notes what autograd keeps from the forward pass for the backward pass of node i.
        private void noteKept(int i) {
            switch (nodes.get(i).op()) {
                case Op.Convolution _, Op.BatchNormalization _, Op.AveragePooling _, Op.Linear _, Op.Product _ ->
                    keepInputs(i);
                case Op.MaxPooling _ -> {
                    keepInputs(i);
                    aside[i] = bytes[i] / Float.BYTES * Long.BYTES; // where each maximum was
                }
                case Op.Relu _, Op.Sigmoid _ -> neededBy[i] = i;
                case Op.Dropout _ -> aside[i] = bytes[i]; // the mask
                case Op.Input _,
                        Op.Concatenation _,
                        Op.GlobalAveragePooling _,
                        Op.Complement _,
                        Op.Addition _,
                        Op.StochasticDepth _,
                        Op.Join _,
                        Op.ChannelPadding _,
                        Op.Flatten _ -> {
                    // their gradients need shapes only, or a number
                }
            }
        }

        private void keepInputs(int i) {
            for (int input : nodes.get(i).inputs()) {
                neededBy[input] = neededBy[input] == NOBODY ? i : Math.min(neededBy[input], i);
            }
        }

        /// Most bytes alive while running forwards; a tensor dies behind its last reader unless training
        /// keeps it.
        long forward(boolean training) {
            long alive = 0;
            long most = 0;
            for (int i = 0; i < nodes.size(); i++) {
                alive += bytes[i] + (training ? aside[i] : 0);
                most = Math.max(most, alive);
                for (int j = 0; j <= i; j++) {
                    if (lastReader[j] == i && !(training && neededBy[j] != NOBODY)) {
                        alive -= bytes[j];
                    }
                }
            }
            return most;
        }

        /// Most bytes alive while running backwards: what was kept, until the last backward pass that
        /// needs it, and gradients, from their first contribution until the node that made the tensor has
        /// used them. The image needs no gradient.
        long backward() {
            long alive = bytes[nodes.size() - 1];
            for (int i = 0; i < nodes.size(); i++) {
                alive += aside[i] + (neededBy[i] == NOBODY ? 0 : bytes[i]);
            }
            boolean[] hasGradient = new boolean[nodes.size()];
            hasGradient[0] = true;
            long most = alive;
            for (int i = nodes.size() - 1; i > 0; i--) {
                for (int input : nodes.get(i).inputs()) {
                    if (!hasGradient[input]) {
                        hasGradient[input] = true;
                        alive += bytes[input];
                    }
                }
                most = Math.max(most, alive);
                alive -= bytes[i] + aside[i]; // its gradient is used up
                for (int j = 0; j <= i; j++) {
                    alive -= neededBy[j] == i ? bytes[j] : 0;
                }
            }
            return most;
        }
    }
}
