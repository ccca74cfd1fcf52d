package io.densenet.train;

/// Images per second while computing steps. The first step of a process warms up and is left out, and so are
/// evaluation, checkpoints and waiting for images.
final class Throughput {
    private boolean warm;
    private long images;
    private long nanos;
    private long begun;

    void beginStep() {
        begun = System.nanoTime();
    }

    void endStep(int imagesOfStep) {
        if (warm) {
            images += imagesOfStep;
            nanos += System.nanoTime() - begun;
        }
        warm = true;
    }

    /// 0 before the second step has ended.
    double imagesPerSecond() {
        return nanos == 0 ? 0 : images * 1e9 / nanos;
    }
}
