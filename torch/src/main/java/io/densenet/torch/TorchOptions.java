package io.densenet.torch;

import io.densenet.arch.FrozenFront;
import io.densenet.cpu.MemoryMode;

/// Where and how libtorch runs a network.
///
/// @param device  `cpu`, `cuda` or `cuda:N`
/// @param threads threads within one operation on the CPU; the bits of a result depend on it
/// @param layout  order of the feature maps in memory
/// @param memory  whether training keeps concatenations and their normalised copies or computes them again
/// @param frozen  what training leaves as it is
public record TorchOptions(String device, int threads, MemoryLayout layout, MemoryMode memory, FrozenFront frozen) {
    public TorchOptions {
        if (!device.matches("cpu|cuda(:\\d{1,2})?")) {
            throw new IllegalArgumentException("device must be cpu, cuda or cuda:N, was '" + device + "'");
        }
        if (threads <= 0) {
            throw new IllegalArgumentException("threads must be positive, was " + threads);
        }
    }

    /// With what training keeps by default, everything, and nothing frozen.
    public TorchOptions(String device, int threads, MemoryLayout layout) {
        this(device, threads, layout, MemoryMode.STANDARD, FrozenFront.NONE);
    }

    public TorchOptions withMemory(MemoryMode value) {
        return new TorchOptions(device, threads, layout, value, frozen);
    }

    public TorchOptions withFrozen(FrozenFront value) {
        return new TorchOptions(device, threads, layout, memory, value);
    }

    /// The CPU with that many threads.
    public static TorchOptions cpu(int threads, MemoryLayout layout) {
        return new TorchOptions("cpu", threads, layout);
    }
}
