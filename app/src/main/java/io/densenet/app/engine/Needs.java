package io.densenet.app.engine;

import io.densenet.torch.TorchNatives;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// Options that decide what a command needs beyond this program: a mixin of the command implements it, or the
/// command itself, and the launcher, which asks before the command starts, fetches what is missing.
public interface Needs {
    /// Whether libtorch computes.
    boolean usesLibTorch();

    /// Whether other people's engines are measured, which are no part of the program.
    default boolean usesPeers() {
        return false;
    }

    /// Whether a command that was understood will be computed by libtorch, whose libraries are not here but
    /// could be.
    static boolean libTorchToFetch(ParseResult parsed) {
        return libTorch(parsed) && TorchNatives.arePublished() && !TorchNatives.isPresent();
    }

    /// Whether a command that was understood will be computed by libtorch.
    static boolean libTorch(ParseResult parsed) {
        return of(parsed).anyMatch(Needs::usesLibTorch);
    }

    /// Whether a command that was understood will measure other people's engines.
    static boolean peers(ParseResult parsed) {
        return of(parsed).anyMatch(Needs::usesPeers);
    }

    private static Stream<Needs> of(ParseResult parsed) {
        return parsed.asCommandLineList().stream()
                .filter(command -> !command.isUsageHelpRequested() && !command.isVersionHelpRequested())
                .flatMap(command ->
                        Stream.concat(Stream.of(command.<Object>getCommand()), mixins(command.getCommandSpec())))
                .filter(Needs.class::isInstance)
                .map(Needs.class::cast);
    }

    /// The objects behind the mixins of a command, and behind the mixins of those.
    private static Stream<Object> mixins(CommandSpec command) {
        return command.mixins().values().stream()
                .flatMap(mixin -> Stream.concat(Stream.of(mixin.userObject()), mixins(mixin)));
    }
}
