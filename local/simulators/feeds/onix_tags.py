"""Short tags of the ONIX elements that the feeds have (ONIX for Books 3, reference name -> short tag)."""

from __future__ import annotations

_words = str.split

_TAGS = _words("""
ONIXMessage ONIXmessage Header header Sender sender SenderName x298 MessageNumber m180 SentDateTime x307
Product product RecordReference a001 NotificationType a002 RecordSourceType a194 RecordSourceName a197
ProductIdentifier productidentifier ProductIDType b221 IDTypeName b233 IDValue b244
DescriptiveDetail descriptivedetail ProductComposition x314 ProductForm b012 ProductFormDetail b333
Measure measure MeasureType x315 Measurement c094 MeasureUnitCode c095 CountryOfManufacture x316
Collection collection CollectionType x329 TitleDetail titledetail TitleType b202 TitleElement titleelement
SequenceNumber b034 TitleElementLevel x409 PartNumber x410 TitlePrefix b030 TitleWithoutPrefix b031 TitleText b203 Subtitle b029
Contributor contributor ContributorRole b035 PersonName b036 PersonNameInverted b037 NamesBeforeKey b039 KeyNames b040
EditionNumber b057 Language language LanguageRole b253 LanguageCode b252
Extent extent ExtentType b218 ExtentValue b219 ExtentUnit b220
Subject subject MainSubject x425 SubjectSchemeIdentifier b067 SubjectSchemeVersion b068 SubjectCode b069 SubjectHeadingText b070
Audience audience AudienceCodeType b204 AudienceCodeValue b206
AudienceRange audiencerange AudienceRangeQualifier b074 AudienceRangePrecision b075 AudienceRangeValue b076
CollateralDetail collateraldetail TextContent textcontent TextType x426 ContentAudience x427 Text d104
SupportingResource supportingresource ResourceContentType x436 ResourceMode x437 ResourceVersion resourceversion
ResourceForm x441 ResourceLink x435
PublishingDetail publishingdetail Imprint imprint ImprintName b079 Publisher publisher PublishingRole b291 PublisherName b081
CityOfPublication b209 CountryOfPublication b083 PublishingStatus b394 PublishingDate publishingdate PublishingDateRole x448
Date b306
RelatedMaterial relatedmaterial RelatedProduct relatedproduct ProductRelationCode x455
ProductSupply productsupply Market market Territory territory CountriesIncluded x449 SupplyDetail supplydetail
Supplier supplier SupplierRole j292 SupplierName j137 ProductAvailability j396
SupplyDate supplydate SupplyDateRole x461 PackQuantity j145 Stock stock OnHand j350 OnOrder j351
Price price PriceType x462 PriceAmount j151 Tax tax TaxType x470 TaxRateCode x471 TaxRatePercent x472 CurrencyCode j152
""")

SHORT_TAGS = dict(zip(_TAGS[::2], _TAGS[1::2], strict=True))
