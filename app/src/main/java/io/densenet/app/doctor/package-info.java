/// What on this machine helps or hinders the program. Looks only; changes nothing.
@NullMarked
package io.densenet.app.doctor;

import org.jspecify.annotations.NullMarked;
