/// What a command prints: results on standard output; status lines, progress and warnings on standard error.
@NullMarked
package io.densenet.app.output;

import org.jspecify.annotations.NullMarked;
