package io.densenet.arch;

import java.util.List;

/// Bytes that a framework needs which runs a [Graph] operation by operation in float32, as libtorch does:
/// concatenation,
/// normalisation and ReLU each make a tensor of their own.
///
/// Counted are the tensors, by walking the graph forwards and backwards and noting which are alive. Not counted are a
/// library's work areas, its code and the Java heap.
///
/// @param parametersBytes parameters and running statistics, once
/// @param trainingBytes   the most that is alive in one training step: values, gradients and momentum of the
/// parameters, and
///                        feature maps with their gradients
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
        private final List<Node> nodes;
        private final long[] bytes;
        private final int[] lastReader;
        private final boolean[] kept;

        Walk(Graph graph, int batchSize) {
            nodes = graph.nodes();
            bytes = nodes.stream()
                    .mapToLong(node ->
                            (long) Float.BYTES * batchSize * node.output().elements())
                    .toArray();
            lastReader = new int[nodes.size()];
            kept = new boolean[nodes.size()];
            for (int i = 0; i < nodes.size(); i++) {
                lastReader[i] = i;
                for (int input : nodes.get(i).inputs()) {
                    lastReader[input] = i;
                }
                markKept(i);
            }
        }

        /// Marks what autograd keeps from the forward pass for the backward pass of node i.
        private void markKept(int i) {
            switch (nodes.get(i).op()) {
                case Op.Convolution _, Op.BatchNormalization _, Op.MaxPooling _, Op.AveragePooling _, Op.Linear _ ->
                    nodes.get(i).inputs().forEach(input -> kept[input] = true);
                case Op.Relu _ -> kept[i] = true;
                case Op.Dropout _ -> kept[i] = true; // stands for the mask, which is as large
                case Op.Input _, Op.Concatenation _, Op.GlobalAveragePooling _ -> {
                    // their gradients need shapes only
                }
            }
        }

        /// Most bytes alive while running forwards; a tensor dies behind its last reader unless training keeps it.
        long forward(boolean training) {
            long alive = 0;
            long most = 0;
            for (int i = 0; i < nodes.size(); i++) {
                alive += bytes[i];
                most = Math.max(most, alive);
                for (int j = 0; j <= i; j++) {
                    if (lastReader[j] == i && !(training && kept[j])) {
                        alive -= bytes[j];
                    }
                }
            }
            return most;
        }

        /// Most bytes alive while running backwards: what was kept, and gradients from their first contribution until
        /// the
        /// node that made the tensor has used them.
        long backward() {
            long alive = 0;
            for (int i = 0; i < nodes.size(); i++) {
                alive += kept[i] ? bytes[i] : 0;
            }
            boolean[] hasGradient = new boolean[nodes.size()];
            alive += bytes[nodes.size() - 1];
            long most = alive;
            for (int i = nodes.size() - 1; i > 0; i--) {
                for (int input : nodes.get(i).inputs()) {
                    if (!hasGradient[input]) {
                        hasGradient[input] = true;
                        alive += bytes[input];
                    }
                }
                most = Math.max(most, alive);
                alive -= bytes[i]; // its gradient is used up
                alive -= kept[i] ? bytes[i] : 0;
            }
            return most;
        }
    }
}
