package io.densenet.engine;

/// The class that a network predicts: the one with the largest logit, of equal ones the lowest, as argmax has it
/// everywhere.
public final class TopClass {
    private TopClass() {}

    /// The predicted class of one image. A logit that is not a number is never larger than another.
    ///
    /// @param offset  of the image's first logit
    /// @param classes how many there are
    public static int of(float[] logits, int offset, int classes) {
        int top = 0;
        for (int c = 1; c < classes; c++) {
            if (logits[offset + c] > logits[offset + top]) {
                top = c;
            }
        }
        return top;
    }
}
