package io.densenet.train;

/// Images per second of training: from asking for a batch to the end of its pass and, where it ends a step, of the
/// update. So waiting for images counts, as does whatever the workers that prepare them take from the processor.
///
/// Left out are the first batch of the process, which warms up, and what stands between batches: checkpoints,
/// listeners and validation.
final class Throughput {
    private boolean warm;
    private long images;
    private long nanos;
    private long begun;

    void beginBatch() {
        begun = System.nanoTime();
    }

    void endBatch(int imagesOfBatch) {
        if (warm) {
            images += imagesOfBatch;
            nanos += System.nanoTime() - begun;
        }
        warm = true;
    }

    /// 0 before the second batch has ended.
    double imagesPerSecond() {
        return nanos == 0 ? 0 : images * 1e9 / nanos;
    }
}
