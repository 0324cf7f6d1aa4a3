package io.operatorlib.testing.chaos;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives a {@link ChaosTest} its {@link Chaos}. */
final class ChaosExtension implements ParameterResolver {
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Chaos.class;
    }

    @Override
    public Chaos resolveParameter(ParameterContext parameter, ExtensionContext context) {
        var asked = context.getRequiredTestMethod().getAnnotation(ChaosTest.class);
        return Chaos.of(Integer.getInteger(Chaos.SEEDS, asked.seeds()))
                .faults(asked.faults())
                .edits(asked.edits())
                .over(Duration.ofMinutes(asked.minutes()))
                .into(Path.of("target", "chaos"));
    }
}
