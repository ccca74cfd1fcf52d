/// Weights of other programs, converted once at the edge: names of tensors, the network that they belong to.
package io.densenet.interop;
