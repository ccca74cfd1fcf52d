/// What a person sees on standard error while a command works: status lines and progress.
@NullMarked
package io.densenet.app.console;

import org.jspecify.annotations.NullMarked;
