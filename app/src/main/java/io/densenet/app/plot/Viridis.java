package io.densenet.app.plot;

import java.awt.Color;

/// Colours for amounts, from dark blue over green to yellow: equal steps look equal, also to the
/// colour-blind and in grey. The map is viridis by N. J. Smith and S. van der Walt (matplotlib, CC0), given
/// by ten of its colours.
final class Viridis {
    private static final int[] ANCHORS = {
        0x440154, 0x482878, 0x3E4989, 0x31688E, 0x26828E, 0x1F9E89, 0x35B779, 0x6DCD59, 0xB4DE2C, 0xFDE725
    };

    private Viridis() {}

    /// @param part from 0 to 1; what lies outside is the nearer end
    static Color of(double part) {
        double place = Math.clamp(part, 0, 1) * (ANCHORS.length - 1);
        int below = Math.min((int) place, ANCHORS.length - 2);
        double weight = place - below;
        return new Color(
                mixed(ANCHORS[below] >> 16, ANCHORS[below + 1] >> 16, weight),
                mixed(ANCHORS[below] >> 8, ANCHORS[below + 1] >> 8, weight),
                mixed(ANCHORS[below], ANCHORS[below + 1], weight));
    }

    private static int mixed(int low, int high, double weight) {
        return (int) Math.round((low & 0xFF) + weight * ((high & 0xFF) - (low & 0xFF)));
    }
}
