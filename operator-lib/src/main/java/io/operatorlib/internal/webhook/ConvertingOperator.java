package io.operatorlib.internal.webhook;

import io.operatorlib.ResourceKey;
import io.operatorlib.RunningOperator;
import io.operatorlib.leader.ElectionStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** An operator that is ready only when its webhook is. */
public record ConvertingOperator(RunningOperator operator, ConversionWork conversion) implements RunningOperator {
    @Override
    public boolean stop(Duration atMost) throws InterruptedException {
        return operator.stop(atMost);
    }

    @Override
    public boolean healthy() {
        return operator.healthy();
    }

    @Override
    public Optional<String> explain(String plural, ResourceKey key) {
        return operator.explain(plural, key);
    }

    @Override
    public List<String> problems() {
        var problems = new ArrayList<>(operator.problems());
        problems.addAll(conversion.problems());
        return problems;
    }

    @Override
    public boolean ready() {
        return conversion.ready() && operator.ready();
    }

    @Override
    public Optional<ElectionStatus> election() {
        return operator.election();
    }
}
