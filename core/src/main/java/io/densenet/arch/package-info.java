/// The architecture as pure data (Huang, Liu, van der Maaten, Weinberger: "Densely Connected Convolutional Networks",
/// CVPR 2017, arXiv:1608.06993). Nothing here computes; engines read these records.
///
/// Symbols, used in every comment of this project:
///
/// | symbol  | meaning                                                                      |
/// |---------|------------------------------------------------------------------------------|
/// | N       | images of a batch                                                            |
/// | C, H, W | channels, height and width of an image or feature map                        |
/// | k       | growth rate: maps that a dense layer adds                                    |
/// | k0      | maps that enter the first dense block                                        |
/// | b       | bottleneck factor: the 1×1 convolution emits b·k maps                        |
/// | θ       | compression: a transition that reads m maps emits ⌊θ·m⌋                      |
/// | L       | depth: weighted layers, the paper's count                                    |
package io.densenet.arch;
