package io.operatorlib.benchmarks;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.Version;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.api.reconciler.Workflow;
import io.javaoperatorsdk.operator.api.reconciler.dependent.Dependent;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.CRUDKubernetesDependentResource;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.KubernetesDependent;
import java.util.Map;

/** The operator of pages with the Java Operator SDK, in the style of its documentation. */
@SuppressWarnings("NullAway") // filled by Jackson
public final class Josdk {
    private Josdk() {}

    /** The spec. */
    public static final class Spec {
        private String text;

        public String getText() {
            return text;
        }

        public void setText(String text) {
            this.text = text;
        }
    }

    /** The status. */
    public static final class Status {
        private String text;

        public String getText() {
            return text;
        }

        public void setText(String text) {
            this.text = text;
        }
    }

    /** The custom resource. */
    @Group(Work.GROUP)
    @Version("v1")
    @Kind("Page")
    @Plural("pages")
    public static final class JosdkPage extends CustomResource<Spec, Status> implements Namespaced {
        private static final long serialVersionUID = 1;
    }

    /** The ConfigMap that a page owns. */
    @KubernetesDependent
    public static final class PageMap extends CRUDKubernetesDependentResource<ConfigMap, JosdkPage> {
        public PageMap() {
            super(ConfigMap.class);
        }

        @Override
        protected ConfigMap desired(JosdkPage page, Context<JosdkPage> context) {
            return new ConfigMapBuilder()
                    .withNewMetadata()
                    .withNamespace("default")
                    .withName(page.getMetadata().getName() + "-page")
                    .endMetadata()
                    .withData(Map.of("text", page.getSpec().getText()))
                    .build();
        }
    }

    /** Writes the status. */
    @Workflow(dependents = @Dependent(type = PageMap.class))
    @ControllerConfiguration
    public static final class PageReconciler implements Reconciler<JosdkPage> {
        @Override
        public UpdateControl<JosdkPage> reconcile(JosdkPage page, Context<JosdkPage> context) {
            FirstReconcile.tell();
            String text = page.getSpec().getText();
            if (page.getStatus() != null && text.equals(page.getStatus().getText())) {
                return UpdateControl.noUpdate();
            }
            var answer = new JosdkPage();
            answer.getMetadata().setName(page.getMetadata().getName());
            answer.getMetadata().setNamespace(page.getMetadata().getNamespace());
            answer.setStatus(new Status());
            answer.getStatus().setText(text);
            return UpdateControl.patchStatus(answer);
        }
    }

    public static void main(String[] args) {
        System.setProperty("kubernetes.certs.client.key.algo", "EC"); // the double's, which is not found out
        var operator = new Operator(settings -> settings.withConcurrentReconciliationThreads(Work.WORKERS));
        operator.register(new PageReconciler());
        operator.start();
    }
}
