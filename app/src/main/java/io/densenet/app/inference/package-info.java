/// `densenet evaluate` and `densenet predict`: what a trained network is good for.
@NullMarked
package io.densenet.app.inference;

import org.jspecify.annotations.NullMarked;
