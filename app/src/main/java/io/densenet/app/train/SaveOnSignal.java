package io.densenet.app.train;

import io.densenet.train.Trainer;
import java.util.concurrent.CountDownLatch;

/// Makes SIGINT and SIGTERM end training in good order: while this is open, the end of the process waits until
/// the step is computed and the checkpoint is on disk. The Java runtime then exits with 130 or 143 by itself.
final class SaveOnSignal implements AutoCloseable {
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread hook;

    SaveOnSignal(Trainer trainer, RunLog log) {
        hook = new Thread(
                () -> {
                    trainer.requestStop();
                    log.status("stopping: this step is finished and a checkpoint saved first");
                    awaitClosed();
                },
                "save-on-signal");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    private void awaitClosed() {
        try {
            closed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // nobody does that; then the checkpoint before this one is the newest
        }
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // the process is ending already: the hook has run and was waiting for this
        }
    }
}
