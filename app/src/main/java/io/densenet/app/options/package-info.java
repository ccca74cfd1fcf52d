/// Where option values come from, and what they describe: a network, a data set, a training run.
@NullMarked
package io.densenet.app.options;

import org.jspecify.annotations.NullMarked;
