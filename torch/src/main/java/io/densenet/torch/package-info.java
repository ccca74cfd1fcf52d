/// The libtorch engine: runs any [io.densenet.arch.Graph], on a CPU or a GPU.
///
/// It is the rival that the fused engine is measured against, the oracle that it is tested against, and the
/// only one that knows GPUs. Its native libraries are not a dependency; see
/// [io.densenet.torch.TorchNatives].
@NullMarked
package io.densenet.torch;

import org.jspecify.annotations.NullMarked;
