package io.densenet.train;

import io.densenet.engine.ParameterArena;
import java.util.List;

/// Stochastic gradient descent with momentum as Torch and PyTorch have it, dampening 0 (§4.2 of the paper;
/// Sutskever et al. 2013 for the form of Nesterov's momentum):
///
///     g = gradient + weightDecay · value
///     v = momentum · v + g
///     value = value − learningRate · (nesterov ? g + momentum · v : v)
///
/// Weight decay goes on everything, scales and shifts of batch norms too, as in the authors' code.
///
/// @param learningRate before the schedule's factor; 0.1 in the paper
/// @param momentum     0.9 in the paper
/// @param nesterov     true in the paper
/// @param weightDecay  1e-4 in the paper
public record Sgd(double learningRate, double momentum, boolean nesterov, double weightDecay) {
    /// The paper's settings.
    public static final Sgd OF_THE_PAPER = new Sgd(0.1, 0.9, true, 1e-4);

    public Sgd {
        if (!(learningRate > 0) || Float.isInfinite((float) learningRate)) {
            throw new IllegalArgumentException(
                    "learning rate must be positive and at most 3.4e38, was " + learningRate);
        }
        if (!(momentum >= 0 && momentum < 1)) {
            throw new IllegalArgumentException("momentum must lie in [0, 1), was " + momentum);
        }
        if (!(weightDecay >= 0) || Double.isInfinite(weightDecay)) {
            throw new IllegalArgumentException("weight decay must be 0 or positive, was " + weightDecay);
        }
    }

    /// One step of all that is trained. Frozen parameters stay whatever the weight decay.
    ///
    /// @param velocity starts at zero
    /// @param rate     learning rate of this step, before the groups' factors
    void update(ParameterArena arena, List<ParameterGroup> groups, float[] velocity, double rate) {
        for (ParameterGroup group : groups) {
            double own = rate * group.rateFactor();
            update(arena.values(), arena.gradients(), velocity, own, group.from(), group.end());
        }
    }

    /// One step of the parameters `from` to `end`.
    ///
    /// @param velocity starts at zero
    /// @param rate     learning rate of this step
    void update(float[] values, float[] gradients, float[] velocity, double rate, int from, int end) {
        float decay = (float) weightDecay;
        float inertia = (float) momentum;
        float stepSize = (float) rate;
        for (int i = from; i < end; i++) {
            float g = gradients[i] + decay * values[i];
            float v = inertia * velocity[i] + g;
            velocity[i] = v;
            values[i] -= stepSize * (nesterov ? g + inertia * v : v);
        }
    }
}
