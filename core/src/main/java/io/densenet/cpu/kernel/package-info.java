/// Inner loops on plain arrays. The only place that names `jdk.incubator.vector`; not exported.
package io.densenet.cpu.kernel;
