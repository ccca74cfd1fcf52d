package io.densenet.engine;

/// Whether a network is right about every class of an image that may have several.
public final class ExactMatch {
    private ExactMatch() {}

    /// True when each class that is known of the image is predicted as it is, at a probability of one half, which
    /// is a logit of 0. A logit that is not a number is never right.
    ///
    /// @param at      of the image's first logit and of its first target
    /// @param targets as in [io.densenet.data.ImageBatch#targets()]
    public static boolean of(float[] logits, float[] targets, int at, int classes) {
        for (int c = at; c < at + classes; c++) {
            boolean right = targets[c] > 0.5 ? logits[c] > 0 : logits[c] <= 0;
            if (!Float.isNaN(targets[c]) && !right) {
                return false;
            }
        }
        return true;
    }
}
