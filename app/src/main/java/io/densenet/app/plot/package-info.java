/// Pictures of a training: curves and confusion matrix, drawn without a display.
@NullMarked
package io.densenet.app.plot;

import org.jspecify.annotations.NullMarked;
