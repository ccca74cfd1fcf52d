package io.densenet.arch;

import java.util.Locale;

/// What training makes small: the mean over a batch of what is said here for one image with logits z and
/// label y.
public enum Loss {
    /// −log softmax(z)_y: all networks but one.
    CROSS_ENTROPY,

    /// Σ max(0, 1 − t·z_c)² over the classes c, where t is 1 for c = y and −1 otherwise: a support vector
    /// machine for each class (Lee et al. 2015, "Deeply-Supervised Nets").
    SQUARED_HINGE;

    /// As it is typed: `cross-entropy`.
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
