/// Counter-based random numbers: any value of any stream without the ones before it, so no generator state is ever
/// saved.
package io.densenet.random;
