package io.densenet.torch;

import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/// Between Java arrays and libtorch's tensors. Every tensor made here belongs to the caller's pointer
/// scope.
final class Tensors {
    private Tensors() {}

    /// A tensor of 32-bit floats on the CPU with a copy of the first values.
    static Tensor of(float[] values, long... shape) {
        Tensor tensor = torch.empty(shape);
        put(values, tensor);
        return tensor;
    }

    /// Fills a contiguous tensor on the CPU with the first values.
    static void put(float[] values, Tensor tensor) {
        tensor.data_ptr_float().put(values, 0, Math.toIntExact(tensor.numel()));
    }

    /// A copy of all values, last index fastest, wherever and however the tensor lies.
    static float[] floats(Tensor tensor) {
        float[] values = new float[Math.toIntExact(tensor.numel())];
        tensor.cpu().contiguous().data_ptr_float().get(values, 0, values.length);
        return values;
    }

    /// The same values on that device and, where there are four dimensions, in that layout; the same memory
    /// when it lies there already.
    static Tensor placed(Tensor tensor, TorchOptions options) {
        try (Device device = new Device(options.device())) {
            Tensor there = tensor.to(device, torch.ScalarType.Float);
            return tensor.dim() == 4 ? there.contiguous(format(options.layout())) : there;
        }
    }

    private static torch.MemoryFormat format(MemoryLayout layout) {
        return switch (layout) {
            case CONTIGUOUS -> torch.MemoryFormat.Contiguous;
            case CHANNELS_LAST -> torch.MemoryFormat.ChannelsLast;
        };
    }
}
