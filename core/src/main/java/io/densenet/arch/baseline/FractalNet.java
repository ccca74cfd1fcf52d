package io.densenet.arch.baseline;

import io.densenet.arch.Graph;
import io.densenet.arch.Op;
import io.densenet.arch.Shape;
import java.util.List;

/// FractalNet (Larsson, Maire and Shakhnarovich 2017, arXiv:1605.07648).
///
/// A block is a fractal of C columns: f_1 is one layer, f_{c+1}(z) is the join of f_c(f_c(z)) and of one
/// layer of z. So column c, from 0, has 2^c layers, and the longest way through B blocks 2^(C−1)·B. A
/// layer is a 3×3 convolution, dropout, batch norm and ReLU. Each block ends with a 2×2 maximum pooling;
/// where the rest is a single row it stays.
///
/// @param columns  C, 3 for FractalNet-21
/// @param channels of each block; 64, 128, 256, 512, 512
/// @param dropRate of the last block; it grows linearly from 0 in the first, 0.4 in the paper
/// @param dropPath with which a join drops each input in a step of local drop-path, 0.15 in the paper;
///                 half of the steps are global. 0 for neither
record FractalNet(int columns, List<Integer> channels, double dropRate, double dropPath) {
    Graph graph(Shape image, int classes) {
        Layers net = new Layers(image);
        int x = 0;
        for (int b = 0; b < channels.size(); b++) {
            double rate = channels.size() == 1 ? 0 : dropRate * b / (channels.size() - 1);
            x = new Block(net, "block" + (b + 1), channels.get(b), rate).fractal(columns, 0, x);
            x = net.add("block%d.pool".formatted(b + 1), new Op.MaxPooling(2, 2, 0, true), x);
        }
        x = net.add("flatten", new Op.Flatten(), x);
        net.linear("fc", x, classes);
        return net.build();
    }

    /// Where layers of one block are added.
    private final class Block {
        private final Layers net;
        private final String name;
        private final int width;
        private final double rate;
        private final int[] layersOfColumn = new int[columns];

        Block(Layers net, String name, int width, double rate) {
            this.net = net;
            this.name = name;
            this.width = width;
            this.rate = rate;
        }

        /// The fractal of `size` columns, of which the deepest is the last of the block: all ways joined.
        ///
        /// @param first column of the network that the shortest way is in
        int fractal(int size, int first, int x) {
            int[] ways = ways(size, first, x);
            return size == 1 ? ways[0] : join(first, ways);
        }

        /// The ends of the ways before they are joined: joins at one place are one join.
        private int[] ways(int size, int first, int x) {
            int[] ways = new int[size];
            ways[0] = layer(first, x);
            if (size > 1) {
                int half = fractal(size - 1, first + 1, x);
                System.arraycopy(ways(size - 1, first + 1, half), 0, ways, 1, size - 1);
            }
            return ways;
        }

        private int join(int first, int[] ways) {
            int depth = layersOfColumn[columns - 1];
            return net.add("%s.join%d".formatted(name, depth), new Op.Join(first, columns, dropPath), ways);
        }

        private int layer(int column, int x) {
            String layer = "%s.column%d.%d".formatted(name, column + 1, layersOfColumn[column]++);
            int y = net.convolution(layer + ".conv", x, width, 3, 1);
            y = net.dropout(layer + ".dropout", y, rate);
            return net.normRelu(layer + ".bn", layer + ".relu", y);
        }
    }
}
