package io.densenet.arch.baseline;

import java.util.List;

/// Where the paper's Table 2 says something else about a network than is so.
final class KnownMisprints {
    private KnownMisprints() {}

    static List<String> about(String name) {
        return switch (name) {
            case "stochastic-depth-1202" ->
                List.of(
                        "the paper's Table 2 gives 10.2M parameters, which is the pre-activation ResNet-1001; this network"
                                + " has 19.4M (19,421,274 with 10 classes)");
            case "stochastic-depth-110" ->
                List.of(
                        "the 1.75 % on SVHN in the paper's Table 2 is of a network of 152 layers, stochastic-depth-152");
            case "fractalnet-21" ->
                List.of("the paper's Table 2 gives 38.6M parameters, as FractalNet's own paper does; built as its"
                        + " authors' code builds it, the network has 33.7M (33,724,618 with 10 classes)");
            case "preact-resnet-1001" ->
                List.of("the 10.2M parameters of the paper's Table 2 are convolutions and classifier alone, 10,178,490"
                        + " with 10 classes; with the scales and shifts of its norms the network has 10,327,706");
            case "dsn" ->
                List.of("the parameters are those of training; without the three companions, which nobody needs"
                        + " afterwards, it has as many as nin");
            default -> List.of();
        };
    }
}
