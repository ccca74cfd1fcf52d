/// The command line: commands, their options, and how failures become exit codes. The only package that names
/// engines, prints to standard output, or exits.
@NullMarked
package io.densenet.app;

import org.jspecify.annotations.NullMarked;
