package io.densenet.arch.baseline;

import io.densenet.arch.Loss;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Collectors;

/// What the name of a baseline leaves open; what is empty is as usual for the network.
///
/// @param dropRate     dropout: between the convolutions of a wide residual network, behind the poolings
///                     of Network in Network …; each network says where
/// @param dropPath     with which stochastic depth drops the last unit, or FractalNet's local drop-path an
///                     input
/// @param residualUnit of a residual network for CIFAR
/// @param loss         of the Deeply Supervised Net
public record Variations(
        Optional<Double> dropRate,
        Optional<Double> dropPath,
        Optional<ResidualUnit> residualUnit,
        Optional<Loss> loss) {
    /// Everything as usual.
    public static final Variations NONE =
            new Variations(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    static final String DROPOUT = "dropout";
    static final String DROP_PATH = "drop-path";
    static final String RESIDUAL_UNIT = "residual-unit";
    static final String LOSS = "loss";

    public Variations {
        requireRate(DROPOUT, dropRate);
        requireRate(DROP_PATH, dropPath);
    }

    private static void requireRate(String what, Optional<Double> rate) {
        if (rate.isPresent() && !(rate.get() >= 0 && rate.get() < 1)) {
            throw new IllegalArgumentException("%s must lie in [0, 1), was %s".formatted(what, rate.get()));
        }
    }

    /// Everything but the dropout that is given.
    public Variations withDropRate(Optional<Double> value) {
        return new Variations(value, dropPath, residualUnit, loss);
    }

    /// What differs from the usual, by the name of its option.
    public SequencedMap<String, String> asMap() {
        SequencedMap<String, String> map = new LinkedHashMap<>();
        dropRate.ifPresent(rate -> map.put(DROPOUT, rate.toString()));
        dropPath.ifPresent(rate -> map.put(DROP_PATH, rate.toString()));
        residualUnit.ifPresent(unit -> map.put(RESIDUAL_UNIT, unit.toString()));
        loss.ifPresent(kind -> map.put(LOSS, kind.toString()));
        return map;
    }

    /// Reads what [#asMap()] writes.
    ///
    /// @throws IllegalArgumentException when it did not write that
    public static Variations of(Map<String, String> map) {
        List<String> known = List.of(DROPOUT, DROP_PATH, RESIDUAL_UNIT, LOSS);
        map.keySet().stream().filter(key -> !known.contains(key)).findFirst().ifPresent(key -> {
            throw new IllegalArgumentException("no network has a '%s'; there are %s".formatted(key, known));
        });
        return new Variations(
                Optional.ofNullable(map.get(DROPOUT)).map(Double::valueOf),
                Optional.ofNullable(map.get(DROP_PATH)).map(Double::valueOf),
                Optional.ofNullable(map.get(RESIDUAL_UNIT)).map(ResidualUnit::named),
                Optional.ofNullable(map.get(LOSS)).map(Variations::loss));
    }

    private static Loss loss(String name) {
        return Arrays.stream(Loss.values())
                .filter(loss -> loss.toString().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no loss is called '%s'; there are %s"
                        .formatted(
                                name,
                                Arrays.stream(Loss.values()).map(Loss::toString).collect(Collectors.joining(", ")))));
    }

    /// Refuses what a network has no use for. To have no dropout is nothing to refuse.
    void requireOnly(String name, String... allowed) {
        for (Map.Entry<String, String> entry : asMap().entrySet()) {
            boolean off = entry.getValue().equals("0.0");
            if (!off && !Arrays.asList(allowed).contains(entry.getKey())) {
                throw new IllegalArgumentException("%s has no %s; leave --%s out"
                        .formatted(name, entry.getKey().replace('-', ' '), entry.getKey()));
            }
        }
    }
}
