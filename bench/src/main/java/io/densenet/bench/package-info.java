/// Other people's engines with the same network, weights and images, and benchmarks of our kernels.
@NullMarked
package io.densenet.bench;

import org.jspecify.annotations.NullMarked;
