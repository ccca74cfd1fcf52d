package io.densenet.app.plot;

import java.util.List;

/// Memory over the depth of a network.
///
/// @param foretold  whether it is a forecast, which is drawn dashed, and not a measurement
/// @param gigabytes one for each depth, NaN where it is not known
public record MemoryCurve(String name, boolean foretold, List<Integer> depths, List<Double> gigabytes) {
    public MemoryCurve {
        depths = List.copyOf(depths);
        gigabytes = List.copyOf(gigabytes);
        if (depths.size() != gigabytes.size()) {
            throw new IllegalArgumentException("%d depths for %d values".formatted(depths.size(), gigabytes.size()));
        }
    }
}
