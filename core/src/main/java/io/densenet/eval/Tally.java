package io.densenet.eval;

import io.densenet.data.ImageBatch;
import io.densenet.data.Task;

/// Counts what was right, image by image.
sealed interface Tally permits SingleLabelTally, MultiLabelTally {
    /// One for a task.
    static Tally of(Task task, int numClasses) {
        return switch (task) {
            case SINGLE_LABEL -> new SingleLabelTally(numClasses);
            case MULTI_LABEL -> new MultiLabelTally(numClasses);
        };
    }

    /// Adds one image.
    ///
    /// @param batch  that it is in
    /// @param number in the batch
    /// @param logits of all classes
    void add(ImageBatch batch, int number, float[] logits);

    /// What has been added so far.
    Evaluation evaluation();
}
