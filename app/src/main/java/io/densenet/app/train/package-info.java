/// `densenet train`.
@NullMarked
package io.densenet.app.train;

import org.jspecify.annotations.NullMarked;
