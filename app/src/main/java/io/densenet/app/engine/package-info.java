/// Which engine computes, and whether it can run here. The only package that names an engine.
@NullMarked
package io.densenet.app.engine;

import org.jspecify.annotations.NullMarked;
