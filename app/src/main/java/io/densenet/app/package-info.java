/// The command line. Only this package and those below it name engines, print, or exit; the program starts here.
@NullMarked
package io.densenet.app;

import org.jspecify.annotations.NullMarked;
