/// How failures become one line on standard error and an exit code.
@NullMarked
package io.densenet.app.failure;

import org.jspecify.annotations.NullMarked;
