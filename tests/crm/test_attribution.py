import pytest

from app.crm.attribution import FirstVisit, lead_source
from app.crm.journey import journey_stage
from app.vocabulary import Intent, JourneyStage, LeadSource


@pytest.mark.parametrize(
    ("visit", "expected"),
    [
        (None, LeadSource.UNKNOWN),
        (FirstVisit(source="Google", source_type="SEO"), LeadSource.SEARCH),
        (FirstVisit(source="google"), LeadSource.SEARCH),
        (FirstVisit(referrer="https://www.google.com/"), LeadSource.SEARCH),
        (FirstVisit(referrer="https://l.instagram.com/?u=x"), LeadSource.SOCIAL),
        (FirstVisit(referrer="https://t.co/abc"), LeadSource.SOCIAL),
        (FirstVisit(referrer="https://teablog.example.org/best-pots"), LeadSource.REFERRAL),
        (FirstVisit(source="direct"), LeadSource.DIRECT),
        (FirstVisit(), LeadSource.DIRECT),
        (FirstVisit(utm_source="google", utm_medium="cpc"), LeadSource.AD),
        (FirstVisit(utm_source="klaviyo", utm_medium="email"), LeadSource.EMAIL),
        (FirstVisit(source="Facebook", source_type="AD"), LeadSource.AD),
        (FirstVisit(utm_source="facebook", utm_medium="story"), LeadSource.SOCIAL),
        (FirstVisit(source="notgoogle.example"), LeadSource.REFERRAL),
    ],
)
def test_a_first_visit_tells_the_lead_source(visit, expected):
    assert lead_source(visit) is expected


@pytest.mark.parametrize(
    ("known", "intents", "orders", "is_delivered", "expected"),
    [
        (JourneyStage.AWARENESS, [Intent.OTHER], 0, False, JourneyStage.AWARENESS),
        (JourneyStage.AWARENESS, [Intent.PRODUCT_QUESTION], 0, False, JourneyStage.CONSIDERATION),
        (JourneyStage.AWARENESS, [Intent.ORDER_STATUS], 1, False, JourneyStage.PURCHASE),
        (JourneyStage.PURCHASE, [Intent.ORDER_STATUS], 1, True, JourneyStage.USE),
        (JourneyStage.USE, [Intent.ORDER_STATUS], 3, False, JourneyStage.LOYALTY),
        (JourneyStage.LOYALTY, [Intent.OTHER], 0, False, JourneyStage.LOYALTY),
    ],
)
def test_a_stage_is_reached_and_never_lost(known, intents, orders, is_delivered, expected):
    assert journey_stage(known, intents=intents, orders=orders, is_delivered=is_delivered) is expected
