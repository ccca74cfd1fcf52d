/// What the paper's figures ask of a network: which layers read which maps (Figure 5), what accuracy costs
/// (Figures 3 and 4), how gradients reach the layers (the introduction). Numbers only; nothing here draws
/// or prints.
package io.densenet.analysis;
