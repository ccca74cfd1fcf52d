/// `densenet inspect`.
@NullMarked
package io.densenet.app.inspect;

import org.jspecify.annotations.NullMarked;
