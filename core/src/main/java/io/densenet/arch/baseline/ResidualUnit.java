package io.densenet.arch.baseline;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/// Where normalisation and ReLU stand in a residual unit: the five of Figure 4 of He et al. 2016,
/// "Identity Mappings in Deep Residual Networks" (arXiv:1603.05027). The last one is the order in which a
/// dense layer does it. Their errors on CIFAR-10 with 110 and 164 layers are of Table 2 there.
public enum ResidualUnit {
    /// conv-BN-ReLU-conv-BN, add, ReLU (6.61 %, 5.93 %).
    ORIGINAL,
    /// conv-BN-ReLU-conv, add, BN-ReLU (8.17 %, 6.50 %).
    BN_AFTER_ADD,
    /// conv-BN-ReLU-conv-BN-ReLU, add (7.84 %, 6.14 %).
    RELU_BEFORE_ADD,
    /// ReLU-conv-BN-ReLU-conv-BN, add (6.71 %, 5.91 %).
    RELU_ONLY_PREACT,
    /// BN-ReLU-conv-BN-ReLU-conv, add (6.37 %, 5.46 %).
    FULL_PREACT;

    /// The unit that is typed so.
    ///
    /// @throws IllegalArgumentException when there is none
    public static ResidualUnit named(String name) {
        return Arrays.stream(values())
                .filter(unit -> unit.toString().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no residual unit is called '%s'; there are %s"
                        .formatted(
                                name,
                                Arrays.stream(values())
                                        .map(ResidualUnit::toString)
                                        .collect(Collectors.joining(", ")))));
    }

    /// As it is typed: `full-preact`.
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
