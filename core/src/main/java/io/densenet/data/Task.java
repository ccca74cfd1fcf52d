package io.densenet.data;

import java.util.Locale;

/// How many classes an image may have, which decides what the logits of a network mean.
public enum Task {
    /// One class each: the logits compete, a softmax makes probabilities of them.
    SINGLE_LABEL,

    /// Any number of classes each, none included, as findings in an X-ray: every logit stands for itself, a
    /// sigmoid makes its probability.
    MULTI_LABEL;

    /// As it is typed: `multi-label`.
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
