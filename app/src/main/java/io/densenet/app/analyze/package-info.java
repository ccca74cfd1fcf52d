/// `densenet analyze`: the paper's figures.
@NullMarked
package io.densenet.app.analyze;

import org.jspecify.annotations.NullMarked;
