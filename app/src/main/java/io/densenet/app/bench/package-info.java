/// `densenet bench`: engines side by side. Every engine runs in a process of its own, and they take turns.
///
/// Other people's engines come through [PeerProvider] from the module `bench`, which is no part of the
/// program.
@NullMarked
package io.densenet.app.bench;

import org.jspecify.annotations.NullMarked;
