/// The training loop: schedules, the optimizer, checkpoints and the log. Knows engines only through the seam.
package io.densenet.train;
