/// The networks that the paper compares DenseNets with (Table 2, Figures 3 and 4), one file for each:
/// what its own paper, or the code of its authors, says. [io.densenet.arch.baseline.Baselines] knows
/// their names.
package io.densenet.arch.baseline;
