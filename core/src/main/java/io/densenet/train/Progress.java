package io.densenet.train;

import io.densenet.weights.Digests;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;

/// How far a run has come: all counters that a checkpoint holds. Random numbers need none, their streams are
/// named by these counters.
///
/// @param epoch        finished epochs
/// @param batch        finished forward passes of the epoch that has begun
/// @param step         finished optimizer steps since the start
/// @param sums         over the epoch that has begun
/// @param best         validation result so far
/// @param seconds      of training since the start, over all processes
/// @param lossesSha256 hash chain over the loss of every forward pass since the start, in hexadecimal: two runs
///                     with equal chains had equal losses, bit for bit
public record Progress(int epoch, int batch, long step, Sums sums, Best best, double seconds, String lossesSha256) {
    private static final String DIGEST = "([0-9a-f]{64})?";

    public Progress {
        if (epoch < 0 || batch < 0 || step < 0 || !(seconds >= 0) || !lossesSha256.matches(DIGEST)) {
            throw new IllegalArgumentException(
                    "counters start at 0 and losses have a SHA-256, was epoch %d, batch %d, step %d, %s seconds, '%s'"
                            .formatted(epoch, batch, step, seconds, lossesSha256));
        }
    }

    /// Where every run begins.
    public static final Progress START = new Progress(0, 0, 0, new Sums(0, 0, 0), new Best(0, -1), 0, "");

    /// Sums over the images of an epoch.
    ///
    /// @param correct as in [io.densenet.engine.StepResult]
    public record Sums(double loss, int correct, int images) {
        Sums plus(double batchLoss, int batchCorrect, int batchImages) {
            return new Sums(loss + batchLoss * batchImages, correct + batchCorrect, images + batchImages);
        }

        double meanLoss() {
            return loss / images;
        }

        double accuracy() {
            return 100.0 * correct / images;
        }
    }

    /// The best [io.densenet.eval.Evaluation#score()] of a validation (percent) and the epoch, from 1, that had it;
    /// epoch 0 and −1 percent for none yet.
    public record Best(int epoch, double score) {}

    Progress afterForwardPass(double loss, int correct, int images) {
        return new Progress(
                epoch, batch + 1, step, sums.plus(loss, correct, images), best, seconds, chain(lossesSha256, loss));
    }

    Progress afterUpdate() {
        return new Progress(epoch, batch, step + 1, sums, best, seconds, lossesSha256);
    }

    Progress afterEpoch(Best bestSoFar) {
        return new Progress(epoch + 1, 0, step, START.sums, bestSoFar, seconds, lossesSha256);
    }

    Progress withSeconds(double value) {
        return new Progress(epoch, batch, step, sums, best, value, lossesSha256);
    }

    private static String chain(String before, double loss) {
        MessageDigest digest = Digests.sha256();
        digest.update(HexFormat.of().parseHex(before));
        digest.update(ByteBuffer.allocate(Double.BYTES).putDouble(loss).array());
        return Digests.hex(digest);
    }
}
