package dev.pacesetter;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Main → features → http → bus → domain, and never back. */
@AnalyzeClasses(packages = "dev.pacesetter", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String[] FEATURES = {"account", "ingest", "ranking", "live", "limit", "demo"};

    @ArchTest
    static final ArchRule domainIsPlainJava = classes()
            .that()
            .resideInAPackage("dev.pacesetter.domain")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("dev.pacesetter.domain", "java..", "org.jspecify..");

    @ArchTest
    static final ArchRule busKnowsOnlyTheDomain = noClasses()
            .that()
            .resideInAPackage("dev.pacesetter.bus")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "dev.pacesetter.http..",
                    "dev.pacesetter.settings..",
                    "dev.pacesetter.postgres..",
                    "dev.pacesetter.redis..");

    @ArchTest
    static void featuresDoNotKnowEachOther(JavaClasses classes) {
        for (String feature : FEATURES) {
            for (String other : FEATURES) {
                if (!feature.equals(other)) {
                    noClasses()
                            .that()
                            .resideInAPackage("dev.pacesetter." + feature + "..")
                            .should()
                            .dependOnClassesThat()
                            .resideInAPackage("dev.pacesetter." + other + "..")
                            .allowEmptyShould(true)
                            .check(classes);
                }
            }
        }
    }

    @ArchTest
    static final ArchRule whatRoutesShareKnowsNoFeature = noClasses()
            .that()
            .resideInAnyPackage(
                    "dev.pacesetter.export..",
                    "dev.pacesetter.http..",
                    "dev.pacesetter.bus..",
                    "dev.pacesetter.cache..",
                    "dev.pacesetter.postgres..",
                    "dev.pacesetter.redis..",
                    "dev.pacesetter.settings..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "dev.pacesetter",
                    "dev.pacesetter.account..",
                    "dev.pacesetter.ingest..",
                    "dev.pacesetter.ranking..",
                    "dev.pacesetter.live..",
                    "dev.pacesetter.limit..",
                    "dev.pacesetter.demo..",
                    "dev.pacesetter.embedded..");

    @ArchTest
    static final ArchRule noCycles =
            slices().matching("dev.pacesetter.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule nobodyElseReadsTheEnvironment = noClasses()
            .that()
            .resideOutsideOfPackage("dev.pacesetter")
            .should()
            .callMethod(System.class, "getenv")
            .orShould()
            .callMethod(System.class, "getenv", String.class);

    @ArchTest
    static final ArchRule nobodyElseSaysHowCachesAreMade = noClasses()
            .that()
            .resideOutsideOfPackage("dev.pacesetter.cache")
            .should()
            .callMethod(Caffeine.class, "newBuilder");
}
