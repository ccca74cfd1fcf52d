/// The fused dense-block engine: trains and runs a [io.densenet.arch.DenseNet] on the CPU in pure Java.
/// docs/kernels.md teaches how; [io.densenet.cpu.CpuClassifier] is the door.
package io.densenet.cpu;
