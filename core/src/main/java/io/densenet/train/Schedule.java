package io.densenet.train;

import java.math.BigDecimal;
import java.util.List;

/// How the learning rate changes while training: a factor on the rate that was asked for, a pure function of
/// where training stands.
public sealed interface Schedule {
    /// The factor for one optimizer step.
    double factor(Moment moment);

    /// Where training stands before a step.
    ///
    /// @param epoch  finished epochs
    /// @param epochs of the whole run
    /// @param step   finished optimizer steps
    /// @param steps  of the whole run
    record Moment(int epoch, int epochs, long step, long steps) {}

    /// The same rate throughout.
    record Constant() implements Schedule {
        @Override
        public double factor(Moment moment) {
            return 1;
        }
    }

    /// The paper's schedule (§4.2): the rate is divided by ten when half and again when three quarters of the
    /// epochs are done. (The authors' code counts epochs from 1 and so divides one epoch earlier; PyTorch's
    /// ports do as this does.)
    ///
    /// @param milestones parts of the epochs, in (0, 1)
    /// @param gamma      what each milestone multiplies the rate with
    record Multistep(List<Double> milestones, double gamma) implements Schedule {
        /// 50 % and 75 %, divided by ten.
        public static final Multistep OF_THE_PAPER = new Multistep(List.of(0.5, 0.75), 0.1);

        public Multistep {
            milestones = List.copyOf(milestones);
            if (milestones.stream().anyMatch(m -> !(m > 0 && m < 1))) {
                throw new IllegalArgumentException(
                        "milestones are parts of the epochs between 0 and 1, for example 0.5,0.75; found "
                                + milestones);
            }
            if (!(gamma > 0) || Double.isInfinite(gamma)) {
                throw new IllegalArgumentException("gamma multiplies the rate and must be positive, was " + gamma);
            }
        }

        @Override
        public double factor(Moment moment) {
            long passed = milestones.stream()
                    .filter(milestone -> isPassed(milestone, moment))
                    .count();
            return StrictMath.pow(gamma, (double) passed);
        }

        /// In decimals, as people write milestones: in floating point 0.55 · 100 is more than 55.
        private static boolean isPassed(double milestone, Moment moment) {
            BigDecimal from = BigDecimal.valueOf(milestone).multiply(BigDecimal.valueOf(moment.epochs()));
            return BigDecimal.valueOf(moment.epoch()).compareTo(from) >= 0;
        }
    }

    /// Half a cosine from 1 to 0, step by step (Loshchilov and Hutter 2017, without restarts).
    record Cosine() implements Schedule {
        @Override
        public double factor(Moment moment) {
            return (1 + StrictMath.cos(Math.PI * moment.step() / moment.steps())) / 2;
        }
    }

    /// One cycle (Smith and Topin 2018), as PyTorch's OneCycleLR with its defaults but without cycling the
    /// momentum: by a cosine from 1/25 up to 1 in the first 30 % of the steps, then by a cosine down to
    /// 1/250,000.
    record OneCycle() implements Schedule {
        private static final double START = 1 / 25.0;
        private static final double END = START / 1e4;
        private static final double RISING_PART = 0.3;

        @Override
        public double factor(Moment moment) {
            double peak = RISING_PART * moment.steps() - 1;
            double last = moment.steps() - 1.0;
            if (peak < 1) {
                return 1; // too few steps to rise
            }
            if (moment.step() <= peak) {
                return between(START, 1, moment.step() / peak);
            }
            return between(1, END, (moment.step() - peak) / (last - peak));
        }

        private static double between(double from, double to, double part) {
            return to + (from - to) / 2 * (1 + StrictMath.cos(Math.PI * part));
        }
    }

    /// Rises linearly from 1/n to 1 in the n steps of the first epochs, on top of another schedule.
    record Warmup(int epochs, Schedule schedule) implements Schedule {
        public Warmup {
            if (epochs < 1) {
                throw new IllegalArgumentException("a warm-up needs at least one epoch, was " + epochs);
            }
        }

        @Override
        public double factor(Moment moment) {
            double warmupSteps = (double) epochs * moment.steps() / moment.epochs();
            return schedule.factor(moment) * Math.min(1, (moment.step() + 1) / warmupSteps);
        }
    }
}
