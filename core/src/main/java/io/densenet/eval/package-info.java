/// How good a network is: top-1, top-5, loss, confusion, per-class figures. Knows engines only through the
/// seam.
package io.densenet.eval;
