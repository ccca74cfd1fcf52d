package io.densenet.app.train;

import io.densenet.train.Trainer;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.function.ToIntFunction;

/// Makes SIGINT and SIGTERM end training in good order: the end of the process waits until the step is computed and
/// the checkpoint is on disk. The Java runtime then exits with 130 or 143 by itself. When there is no checkpoint,
/// because training or the last save failed, the process ends with the exit code of that failure instead.
final class SaveOnSignal {
    private final RunLog log;
    private final String resumeCommand;
    private final ToIntFunction<Throwable> report;
    private final CountDownLatch over = new CountDownLatch(1);

    /// @param resumeCommand what to type to go on, for the user
    /// @param report        tells the user of a failure and gives its exit code
    SaveOnSignal(RunLog log, String resumeCommand, ToIntFunction<Throwable> report) {
        this.log = log;
        this.resumeCommand = resumeCommand;
        this.report = report;
    }

    /// Trains until the end, a limit or a signal.
    Trainer.Outcome run(Trainer trainer) throws IOException {
        Thread hook = new Thread(() -> stop(trainer), "save-on-signal");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            Trainer.Outcome outcome = trainer.run();
            if (outcome.ending() == Trainer.Ending.STOPPED) {
                log.status("interrupted after step %,d; the checkpoint is on disk. Go on with: %s"
                        .formatted(outcome.progress().step(), resumeCommand));
            }
            return outcome;
        } catch (IOException | RuntimeException | Error failure) {
            if (processEnds(hook)) {
                Runtime.getRuntime().halt(report.applyAsInt(failure)); // or the runtime would say 130: all is saved
            }
            throw failure;
        } finally {
            over.countDown();
            processEnds(hook);
        }
    }

    private void stop(Trainer trainer) {
        trainer.requestStop();
        log.status("stopping: this step is finished and a checkpoint saved first");
        try {
            over.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // nobody does that; then the checkpoint before this one is the newest
        }
    }

    /// Whether a signal came and the hook runs already. Otherwise the hook is removed.
    private static boolean processEnds(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
            return false;
        } catch (IllegalStateException e) {
            return true;
        }
    }
}
