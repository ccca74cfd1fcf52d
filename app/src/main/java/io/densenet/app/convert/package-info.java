/// `densenet convert`: weights from other programs, and for them.
@NullMarked
package io.densenet.app.convert;

import org.jspecify.annotations.NullMarked;
