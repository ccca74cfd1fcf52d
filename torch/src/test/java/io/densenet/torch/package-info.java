@NullMarked
package io.densenet.torch;

import org.jspecify.annotations.NullMarked;
